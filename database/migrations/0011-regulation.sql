-- The rules of use of a group (quy chế sử dụng), with versions; and of a unit, which its groups may take over.
create table regulation_files (
  id     uuid primary key,
  name   text not null,
  form   text not null check (form in ('docx', 'pdf')),
  size   integer not null,
  sha256 bytea not null,
  bytes  bytea not null
);
comment on column regulation_files.name is 'as the computer it came from called it; its kind is found in the bytes';
comment on column regulation_files.bytes is 'as they came; only ever handed out, never opened here';

create table regulations (
  id         uuid primary key,
  group_id   uuid references groups (id),
  unit       uuid references units (id),
  version    integer,
  revision   integer not null default 1,
  title      text not null,
  document   jsonb,
  file       uuid references regulation_files (id),
  taken_from uuid references regulations (id),
  by         uuid not null references accounts (id),
  at         timestamptz not null,
  reminded_at timestamptz,
  check ((group_id is null) <> (unit is null)),
  check ((document is null) <> (file is null))
);
comment on table regulations is 'of a group, or the default of a unit';
comment on column regulations.version is 'null: the draft of the next one';
comment on column regulations.revision is 'of a draft: raised by every saving';
comment on column regulations.taken_from is 'the version of a unit''s default that this one is';
comment on column regulations.at is 'published; of a draft: last saved';
comment on column regulations.reminded_at is 'when those who have not accepted it were last reminded';
create unique index regulations_of_group on regulations (group_id, version) nulls not distinct where group_id is not null;
create unique index regulations_of_unit on regulations (unit, version) nulls not distinct where unit is not null;
create index regulations_taken on regulations (taken_from) where taken_from is not null;
create index regulations_by_file on regulations (file) where file is not null;

-- Beside the group and the member, where whoever writes is looked up anyway: so that a message costs no further statement.
alter table groups add column regulation integer not null default 0;
comment on column groups.regulation is 'version of its regulation in force; 0: none';
alter table members
  add column regulation    integer not null default 0,
  add column regulation_at timestamptz;
comment on column members.regulation is 'newest version of the group''s regulation that was accepted; who has accepted less than groups.regulation does not write';
