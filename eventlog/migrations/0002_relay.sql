-- The relay's lease and place, one row per topic; `last` is the last position sent to each partition.
create table relay (
    topic text primary key,
    leader text not null,
    lease_until timestamptz not null,
    position bigint not null,
    last bigint[] not null
);
