-- How far each subscription has applied each partition: the next offset and the last position.
create table place (
    subscription text,
    topic text,
    partition integer,
    next_offset bigint not null,
    position bigint not null,
    primary key (subscription, topic, partition)
);

-- The version of each stream that a subscription has applied.
create table seen (
    subscription text,
    stream text,
    version integer not null,
    primary key (subscription, stream)
);

-- Why a partition is stopped, and since when. The row goes when the partition moves again.
create table stopped (
    subscription text,
    topic text,
    partition integer,
    at_offset bigint not null,
    reason text not null,
    since timestamptz not null default now(),
    primary key (subscription, topic, partition)
);
