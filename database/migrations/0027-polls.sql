-- Polls of a group. In one where everybody may know who chose what, a vote is a row. In an anonymous one it is none: see poll_boxes.
create table polls (
  id        uuid primary key,
  group_id  uuid not null references groups (id),
  maker     uuid not null references accounts (id),
  made_at   timestamptz not null,
  question  text not null,
  most      smallint not null check (most between 1 and 30),
  anonymous boolean not null,
  hidden    boolean not null,
  open      boolean not null,
  ends_at   timestamptz,
  locked_at timestamptz,
  ended_at  timestamptz,
  voters    integer not null default 0,
  few       boolean not null default false,
  version   bigint not null default 1,
  check (not (anonymous and open))
);
comment on column polls.id is 'the action that made it; also the id of the message with its card';
comment on column polls.most is 'how many choices one person may take';
comment on column polls.hidden is 'results are told only to who has voted, until it is closed';
comment on column polls.open is 'members may add choices; whoever adds one is known, so never in an anonymous poll';
comment on column polls.locked_at is 'closed by a person, may be opened again';
comment on column polls.ended_at is 'closed for good: by its deadline, or an anonymous one by a person';
comment on column polls.voters is 'how many have voted, kept by the transactions that count votes';
comment on column polls.few is 'anonymous and closed with too few votes to open a result';
create index polls_by_group on polls (group_id, made_at desc, id desc);
create index polls_due on polls (ends_at) where ended_at is null and ends_at is not null;

create table poll_choices (
  poll     uuid not null references polls (id) on delete cascade,
  id       smallint not null check (id between 0 and 29),
  text     text not null,
  added_by uuid,
  votes    integer not null default 0,
  primary key (poll, id)
);
comment on column poll_choices.added_by is 'the member who added it to an open poll; null for those it was made with';
comment on column poll_choices.votes is 'how many chose it; of an anonymous poll 0 until it is closed';

create table poll_votes (
  poll    uuid not null,
  account uuid not null,
  choices smallint[] not null,
  at      timestamptz not null,
  primary key (poll, account)
);
comment on table poll_votes is 'who chose what, never of an anonymous poll; no foreign keys, for the reason given at messages';

create table poll_boxes (
  poll   uuid primary key references polls (id) on delete cascade,
  voters uuid[] not null default '{}',
  marks  bytea[] not null default '{}',
  votes  integer[] not null
) with (autovacuum_vacuum_threshold = 10, autovacuum_vacuum_scale_factor = 0);
comment on table poll_boxes is 'the box of an anonymous poll: one row, so that neither order, time nor transaction joins a person to a choice';
comment on column poll_boxes.voters is 'who has voted, in the order of their ids';
comment on column poll_boxes.marks is 'by voter: a hash of the action id, so that the same act sent twice is told from a second vote; it says nothing of the choice';
comment on column poll_boxes.votes is 'by choice: how many chose it; emptied when the box is opened';
