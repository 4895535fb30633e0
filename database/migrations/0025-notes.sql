-- Ghi chú: notes on a group's board. What each version says stands in note_versions, the one that stands among them.
create table notes (
  id          uuid primary key,
  group_id    uuid not null references groups (id),
  version     integer not null,
  maker       uuid not null references accounts (id),
  made_at     timestamptz not null,
  editors     text not null check (editors in ('all', 'leaders', 'maker')),
  ask_version integer,
  ask_by      uuid references accounts (id),
  ask_at      timestamptz,
  read        integer not null default 0
);
comment on column notes.id is 'id of the act that made it, and of its first card in the conversation';
comment on column notes.version is 'the one that stands';
comment on column notes.ask_version is 'members are asked to say that they have read this version or a later one; null where nobody is asked';
comment on column notes.read is 'how many members now, but who asks, have said to have read it; kept by the acts and by a trigger on members';
create index notes_of_group on notes (group_id, id desc);

create table note_versions (
  note     uuid not null references notes (id) on delete cascade,
  version  integer not null,
  title    text not null,
  text     text not null,
  files    jsonb,
  by       uuid not null references accounts (id),
  at       timestamptz not null,
  restored integer,
  primary key (note, version)
);
comment on column note_versions.files is 'FileShape of each, in their order; null for none';
comment on column note_versions.restored is 'it says what this version said';

create table note_acknowledgements (
  note    uuid not null references notes (id) on delete cascade,
  account uuid not null references accounts (id),
  version integer not null,
  at      timestamptz not null,
  primary key (note, account)
);
comment on column note_acknowledgements.version is 'the newest version the account has said to have read';

-- Who has left is no reader, who comes back is one again.
create function count_note_reader() returns trigger language plpgsql as $$
begin
  update notes n set read = read + case when new.left_at is null then 1 else -1 end
  from note_acknowledgements k
  where n.group_id = new.group_id and k.note = n.id and k.account = new.account and k.version >= n.ask_version and k.account <> n.ask_by;
  return null;
end
$$;
create trigger members_count_notes after update on members for each row
  when ((old.left_at is null) <> (new.left_at is null)) execute function count_note_reader();

-- Files of things of the board: whoever is a member now may have them, whenever they came in.
create table board_files (
  thing    uuid not null,
  file     uuid not null references files (id),
  group_id uuid not null references groups (id),
  primary key (thing, file)
);
comment on column board_files.thing is 'the note or reminder that carries it, in any of its versions; they go with it';
create index board_files_by_file on board_files (file);
create index board_files_by_group on board_files (group_id);
