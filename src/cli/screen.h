/* A terminal that is drawn anew again and again. */
#pragma once

#include <stdbool.h>

/* Takes the terminal that standard output is: false if it is none, or cannot be drawn on. It is given back by
 * rg_screen_close, and by whatever signal ends or suspends this process.                            */
bool rg_screen_open(void);
void rg_screen_close(void);

/* Its size in characters. */
void rg_screen_size(int *columns, int *lines);

/* Has something happened since it was drawn last, for which it should be drawn soon? */
bool rg_screen_is_stale(void);

/* Shows the text in the place of all that was there; what does not fit is cut. Bytes that a terminal might obey are
 * question marks.                                                                                   */
void rg_screen_draw(const char *text);
