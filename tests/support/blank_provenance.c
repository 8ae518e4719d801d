/* blank_provenance FILE ...: zeroes the raw data of /provenance in place, so that `cmp` compares what
 * must not vary between runs.                                                                       */
#include "file_tools.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        file_tools_blank_provenance(argv[i]);
    return argc < 2;
}
