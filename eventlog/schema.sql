-- The log of one service. `event.position` is dense: 1, 2, 3 … in commit order, because the one row
-- of `head` is locked from numbering to commit. Columns beside `record` are an index to it.

create table if not exists head (
    only_row boolean primary key default true check (only_row),
    position bigint not null,
    recorded timestamptz not null,
    hash bytea not null
);
insert into head values (true, 0, 'epoch', decode(repeat('00', 32), 'hex')) on conflict do nothing;

create table if not exists event (
    position bigint primary key,
    stream text not null,
    version integer not null,
    type text not null,
    subject text not null,
    command text not null,
    ordinal integer not null,
    recorded timestamptz not null,
    record bytea not null,
    hash bytea not null,
    unique (stream, version),
    unique (command, ordinal)
);
create index if not exists event_subject on event (subject, position);

-- Appends a group of calls in one transaction. A call is one command's events on one stream; its
-- rows stand together and in order. Answers each row: new | repeat | stale, with the version and
-- position now reached. A repeat or a stale call writes nothing and leaves its neighbours alone.
create or replace function append(
    calls integer[], commands text[], streams text[], versions integer[],
    types text[], subjects text[], bodies bytea[]
) returns table (call integer, outcome text, at_version integer, at_position bigint)
language plpgsql as $$
declare
    log head%rowtype;
    row record;
    nth integer;
    started bigint;
    written bytea;
    stamp text;
begin
    select * into log from head for update;
    started := log.position;
    log.recorded := greatest(clock_timestamp(), log.recorded);
    stamp := to_char(log.recorded at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    for row in
        select * from unnest(calls, commands, streams, versions, types, subjects, bodies)
            as r (call, command, stream, version, type, subject, body)
    loop
        if call is distinct from row.call then
            call := row.call;
            nth := 0;
            select max(e.version), max(e.position) into at_version, at_position
                from event e where e.command = row.command and e.stream = row.stream;
            if at_version is not null then
                outcome := 'repeat';
            elsif exists (select from event e where e.command = row.command) then
                outcome := 'reused';
            else
                select coalesce(max(e.version), 0) into at_version
                    from event e where e.stream = row.stream;
                outcome := case when at_version = row.version - 1 then 'new' else 'stale' end;
            end if;
        end if;
        if outcome = 'new' then
            nth := nth + 1;
            log.position := log.position + 1;
            written := row.body || convert_to(',"recordedtime":"' || stamp || '"}', 'UTF8');
            log.hash := sha256(log.hash || int8send(log.position) || written);
            insert into event values (
                log.position, row.stream, row.version, row.type, row.subject,
                row.command, nth, log.recorded, written, log.hash
            );
            at_version := row.version;
            at_position := log.position;
        end if;
        return next;
    end loop;
    if log.position > started then
        update head set position = log.position, recorded = log.recorded, hash = log.hash;
        perform pg_notify('event', '');
    end if;
end $$;

-- The relay's lease and place, one row per topic; `last` is the last position sent to each partition.
create table if not exists relay (
    topic text primary key,
    leader text not null,
    until timestamptz not null,
    position bigint not null,
    last bigint[] not null
);

-- What each subscription has applied, per partition: the next offset and the last position.
create table if not exists place (
    subscription text,
    topic text,
    partition integer,
    next_offset bigint not null,
    position bigint not null,
    primary key (subscription, topic, partition)
);

-- The version of each stream that a subscription has applied.
create table if not exists seen (
    subscription text,
    stream text,
    version integer not null,
    primary key (subscription, stream)
);

-- A partition that stands still, and why. The row goes when the partition moves again.
create table if not exists stopped (
    subscription text,
    topic text,
    partition integer,
    at_offset bigint not null,
    reason text not null,
    since timestamptz not null default now(),
    primary key (subscription, topic, partition)
);
create schema if not exists view;

-- Which version of each view the live tables hold.
create table if not exists view_version (view text primary key, version integer not null);
