-- What devices are told of calls while the app is closed. Beside the pushes of messages: a ring is of no use a minute later, and is never folded.
create table ring_pushes (
  session    uuid not null references push_subscriptions (session) on delete cascade,
  call       uuid not null references calls on delete cascade,
  loud       boolean not null,
  at         timestamptz not null,
  until      timestamptz not null,
  due_at     timestamptz,
  tries      integer not null default 0,
  sent_at    timestamptz,
  arrived_at timestamptz,
  primary key (session, call)
);
comment on table ring_pushes is 'rows with due_at wait to be sent: that it rings, or, once the ring is over, that it does not any more';
comment on column ring_pushes.until is 'the ring is of no use after this';
comment on column ring_pushes.due_at is 'when it is tried, or, where somebody is trying, when the next may';
comment on column ring_pushes.sent_at is 'a push service has taken the ring: the device may show it';
comment on column ring_pushes.arrived_at is 'the device said that it has shown the ring';
create index ring_pushes_due on ring_pushes (due_at) where due_at is not null;
create index ring_pushes_of on ring_pushes (call);

alter table push_subscriptions add column rings boolean not null default true;
comment on column push_subscriptions.rings is 'calls ring this device while the app is closed';
