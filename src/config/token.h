/* The tokens of a sweep file, as libconfig's own lexer cuts them or stricter. */
#pragma once

enum rg_token_kind {
    RG_TOKEN_END,
    RG_TOKEN_INTEGER, /* the three kinds of numbers from narrow to wide */
    RG_TOKEN_LONG,    /* 5000000000L */
    RG_TOKEN_REAL,
    RG_TOKEN_NAME,
    RG_TOKEN_STRING,
    RG_TOKEN_SIGN, /* one of = : ; , { } [ ] ( ) */
    RG_TOKEN_INCLUDE,
    RG_TOKEN_OPEN_STRING,
    RG_TOKEN_BAD
};

struct rg_token {
    enum rg_token_kind kind;
    const char *start;
    int length, line;
};

struct rg_reader {
    const char *at;
    int line;
};

/* The next token after blanks and comments. */
struct rg_token rg_token_next(struct rg_reader *reader);
