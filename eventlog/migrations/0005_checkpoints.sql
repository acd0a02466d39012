-- The log's signed checkpoints; `position` is the size that the note says.
create table checkpoint (
    position bigint primary key,
    note text not null,
    made timestamptz not null default now()
);

-- How far each publisher has been given them.
create table publication (publisher text primary key, position bigint not null);

-- Hashes of the log's Merkle tree: the roots of complete subtrees of 256, 256² … leaves (level 8, 16 …).
create table subtree (
    level smallint,
    index bigint,
    hash bytea not null,
    primary key (level, index)
);

-- The keys that this service signs or has signed with, raw, by their thumbprints.
create table signing_key (
    kid text primary key,
    key bytea not null,
    since timestamptz not null default now(),
    withdrawn timestamptz
);
