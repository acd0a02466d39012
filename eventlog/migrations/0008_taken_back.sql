-- What an operator has taken back into the log from its topic, and why.
create table taken_back (
    after bigint primary key,
    events bigint not null,
    by text not null,
    why text not null,
    at timestamptz not null default now()
);
