-- What is searched: the words of a few dozen messages of one group together, in a row of their own. Made after the sending, by a job that
-- follows the numbers of the stream, so that it costs the sender nothing; what the job has not come to is read as it is.
create table search_groups (
  group_id uuid primary key references groups (id),
  number   integer generated always as identity unique,
  head     bigint not null default 0,
  upto     bigint not null default 0
);
comment on column search_groups.number is 'short name of the group, before each of its words: a search touches nothing of other groups, not even in the index';
comment on column search_groups.head is 'number of the stream up to which edits and recalls have been followed';
comment on column search_groups.upto is 'the words of all messages up to this number are in search_parts';

create table search_parts (
  group_id  uuid not null references search_groups (group_id),
  first_seq bigint not null,
  last_seq  bigint not null,
  first_at  timestamptz not null,
  last_at   timestamptz not null,
  count     integer not null,
  size      integer not null,
  words     tsvector not null,
  primary key (group_id, first_seq)
);
comment on column search_parts.words is 'words with the group''s number before them; the position of a word is the place of its message among those of the part';
comment on column search_parts.size is 'characters of the texts; a part ends when it is full';
create index search_parts_newest on search_parts (group_id, last_seq desc);
-- Without a list of pending words: every search would read it whole.
create index search_parts_words on search_parts using gin (words) with (fastupdate = off);
