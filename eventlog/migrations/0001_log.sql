-- The log of one service. `event.position` is dense: 1, 2, 3 … in commit order, because the one row
-- of `head` is locked from numbering to commit. Columns beside `record` are an index to it.

create table head (
    only_row boolean primary key default true check (only_row),
    position bigint not null,
    recorded timestamptz not null,
    hash bytea not null
);
insert into head values (true, 0, 'epoch', decode(repeat('00', 32), 'hex'));

create table event (
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
    -- Of what the command said, so that its id is not used for something else; beside the record, not in
    -- it, because it would confirm a guess at what has been erased.
    fingerprint bytea not null,
    unique (stream, version),
    unique (command, ordinal)
);
create index event_subject on event (subject, position);

-- Appends a group of calls in one transaction. A call is one command's events on one stream; no two
-- calls of a group share a command or a stream. The first five arrays have an item a call, the last
-- four an item an event, in order, `calls` saying which call (from 1) it belongs to. Answers by call:
-- new | repeat | reused | stale, with the version and position now reached. A call that is not new
-- writes nothing and leaves its neighbours alone.
create function append(
    commands text[], streams text[], expected integer[], subjects text[], fingerprints bytea[],
    calls integer[], ordinals integer[], types text[], bodies bytea[],
    out outcomes text[], out versions integer[], out positions bigint[]
) language plpgsql
-- Planned once for all groups, because planning would take most of a small group's time.
set plan_cache_mode = force_generic_plan
as $$
declare
    log head%rowtype;
    started bigint;
    stamp bytea;
    body bytea;
    call integer;
    n integer := 0;
    numbers bigint[] := array_fill(null::bigint, array[cardinality(bodies)]);
    records bytea[] := array_fill(null::bytea, array[cardinality(bodies)]);
    hashes bytea[] := array_fill(null::bytea, array[cardinality(bodies)]);
begin
    select * into log from head for update;
    started := log.position;
    log.recorded := greatest(clock_timestamp(), log.recorded);
    stamp := convert_to(',"recordedtime":"' || to_char(
        log.recorded at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"}', 'UTF8');

    -- Under the lock: what each call's command has done before, and which version its stream has.
    select
        array_agg(case
            when first.stream = given.stream and first.fingerprint in (given.fingerprint, '') then 'repeat'
            when first.stream is not null then 'reused'
            when coalesce(stands.version, 0) <> given.expected then 'stale'
            else 'new' end order by given.n),
        array_agg(coalesce(first.version, stands.version, 0) order by given.n),
        array_agg(first.position order by given.n)
    into outcomes, versions, positions
    from unnest(commands, streams, expected, fingerprints)
        with ordinality as given (command, stream, expected, fingerprint, n)
    left join lateral (
        select e.stream, e.version, e.position, e.fingerprint from event e
        where e.command = given.command order by e.ordinal desc limit 1) first on true
    left join lateral (
        select e.version from event e
        where e.stream = given.stream order by e.version desc limit 1) stands on true;

    foreach body in array bodies loop
        n := n + 1;
        call := calls[n];
        continue when outcomes[call] <> 'new';
        log.position := log.position + 1;
        body := body || stamp;
        log.hash := sha256(log.hash || int8send(log.position) || body);
        numbers[n] := log.position;
        records[n] := body;
        hashes[n] := log.hash;
        versions[call] := expected[call] + ordinals[n];
        positions[call] := log.position;
    end loop;
    if log.position = started then
        return;
    end if;

    insert into event
    select e.position, streams[e.call], expected[e.call] + e.ordinal, e.type, subjects[e.call],
        commands[e.call], e.ordinal, log.recorded, e.record, e.hash, fingerprints[e.call]
    from unnest(calls, ordinals, types, numbers, records, hashes)
        as e (call, ordinal, type, position, record, hash)
    where e.position is not null;
    update head set position = log.position, recorded = log.recorded, hash = log.hash;
    perform pg_notify('event', '');
end $$;
