-- The links of each partition's records (eventlog/chain.py). What has been sent before there were any is
-- sent again, with them; whoever has applied it reads from the beginning, and drops what it knows.
alter table relay add refused text;
update relay set position = 0, last = array_fill(0::bigint, array[cardinality(last)]);
alter table place add link bytea;
update place set next_offset = 0;

-- The keys by which other logs are signed, as their owners have told them.
create table known_key (
    topic text,
    id text,
    key bytea not null,
    since timestamptz not null default now(),
    primary key (topic, id)
);
