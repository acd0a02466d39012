-- Files that people have sent to be loaded, and how far each has come (chassis/imports). No record of
-- business: what was loaded, of which file and by whom, is in the log.
create table upload (
    id text primary key,
    kind text not null,
    name text not null,
    content bytea not null,
    sha256 text not null,
    -- The command that sent it, of which each row's is a part, and whose that was.
    command text not null,
    by text not null,
    -- Who has it checked or loaded, whether as the personnel unit, and when they said so.
    actor text not null,
    personnel boolean not null,
    at timestamptz not null,
    correlation text not null,
    received timestamptz not null default now(),
    -- received | checked | loading | loaded | cancelled
    state text not null default 'received',
    rows integer not null default 0,
    done integer not null default 0,
    events integer not null default 0,
    wrong integer not null default 0,
    -- The last position of the log when all was found to be right; -1 once it is being loaded.
    head bigint,
    -- Who works on it, until when at least, and how many have begun.
    worker text,
    lease_until timestamptz not null default 'epoch',
    tries integer not null default 0
);
-- It is compressed already, or read whole.
alter table upload alter content set storage external;
create index upload_by on upload (by, received);
create index upload_open on upload (received) where state in ('received', 'loading');

create table upload_problem (
    upload text references upload on delete cascade,
    number integer,
    at_row integer not null,
    at_column text not null,
    heading text not null,
    code text not null,
    found text not null,
    facts text not null,
    primary key (upload, number)
);
