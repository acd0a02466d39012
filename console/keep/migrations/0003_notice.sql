-- What people are told that they owe, or that is late with those whom they appraise: one row for each of whom
-- it tells. `owes` is who owes it; `sealed` what it is. `remind`: the last day so far on which to remind of it,
-- and `told` the day of the last mail that counted it. It closes when it is owed no more, and goes after a while.
create table notice (
    id bigint generated always as identity primary key,
    person text not null,
    owes text not null,
    service text not null,
    sealed bytea not null,
    remind date,
    opened timestamptz not null default now(),
    told date,
    read timestamptz,
    closed timestamptz
);

create index on notice (person, id);
create index on notice (person) where closed is null and read is null;
create index on notice (owes, service) where closed is null;
create index on notice (closed);

-- How far each service has been read on a day: the last of the people in its order.
create table sweep (
    service text not null,
    day date not null,
    after text not null default '',
    done boolean not null default false,
    primary key (service, day)
);

-- Where somebody who has signed in gets mail: `sealed` is the address, null if the issuer tells none. `off`:
-- they want no mail; `refused`: their server does not take it, since when. `zone` is where their unit is, `seen`
-- when they signed in last: after 400 days without, the address goes.
create table mailbox (
    person text primary key,
    sealed bytea,
    language text not null,
    zone text,
    off boolean not null default false,
    refused timestamptz,
    seen timestamptz not null default now()
);

-- The mail of a person's day: never more than one. `sealed` is what it counts. `answer` is how the server
-- answered last, by its code alone.
create table outbox (
    person text not null,
    day date not null,
    sealed bytea not null,
    state text not null default 'waiting'
        check (state in ('waiting', 'sent', 'refused', 'expired', 'dropped')),
    tries int not null default 0,
    due timestamptz not null default now(),
    made timestamptz not null default now(),
    answer int,
    primary key (person, day)
);

create index on outbox (due) where state = 'waiting';
create index on outbox (made);
