-- Ghim: what a group keeps before its eyes. A note, reminder or poll is pinned by its id, which is that of its first card.
create table pins (
  group_id uuid not null references groups (id),
  thing    uuid not null,
  kind     text not null check (kind in ('message', 'note', 'reminder', 'poll')),
  place    integer not null,
  by       uuid not null references accounts (id),
  at       timestamptz not null,
  until    timestamptz,
  primary key (group_id, thing)
);
comment on column pins.thing is 'the message it is shown by; no foreign key, for the reason given at messages';
comment on column pins.place is 'the lowest stands first; who changes it holds the group’s stream';
comment on column pins.until is 'it goes by itself then; null for never';
create index pins_due on pins (until) where until is not null;
