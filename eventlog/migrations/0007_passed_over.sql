-- An operator wants the partition to be tried again, by whichever process has it.
alter table stopped add again boolean not null default false;

-- The records that an operator has let a subscription go on behind. Its replays leave them out.
create table passed_over (
    subscription text,
    topic text,
    partition integer,
    position bigint,
    at_offset bigint not null,
    type text,
    stream text,
    error text not null,
    by text not null,
    why text not null,
    at timestamptz not null default now(),
    primary key (subscription, topic, partition, position)
);
