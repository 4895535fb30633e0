-- beside: 0035
-- What one node at a time does, and is too long for a transaction.
create table leases (
  name   text primary key,
  holder uuid not null,
  until  timestamptz not null
);
comment on table leases is 'which run of a long job has it in hand; see server/lease.ts';
comment on column leases.until is 'by the clock of the database; renewed while the job goes on, free for others afterwards';
