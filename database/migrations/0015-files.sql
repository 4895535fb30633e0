-- Files: what people upload, the encrypted blobs it is kept as, and the messages that carry it.
create table files (
  id         uuid primary key,
  owner      uuid not null references accounts (id),
  wish       text not null check (wish in ('photo', 'video', 'voice', 'document', 'poster')),
  state      text not null default 'uploading' check (state in ('uploading', 'checking', 'ready', 'refused', 'gone')),
  name       text not null,
  bytes      bigint not null check (bytes > 0),
  given      jsonb not null,
  part_key   bytea,
  shape      jsonb,
  sha256     bytea,
  problem    jsonb,
  created_at timestamptz not null,
  ends_at    timestamptz not null
);
comment on column files.owner is 'who uploaded it; where it is carried further it is the same file';
comment on column files.wish is 'what the sender takes it for; what it is stands in shape';
comment on column files.bytes is 'as announced when the upload began; of one that was given up, what had come';
comment on column files.given is 'what only the sender knows: {seconds, wave, poster}';
comment on column files.part_key is 'wrapped key of the part that has come; gone with the part';
comment on column files.shape is 'as messages show it (FileShape), once it is ready';
comment on column files.sha256 is 'of the whole file as it is kept';
comment on column files.ends_at is 'an unfinished upload ends then; one that is ready is deleted after it unless a message carries it';
create index files_by_owner on files (owner, created_at) include (bytes, state);
create index files_to_check on files (created_at) where state = 'checking';
create index files_to_end on files (ends_at) where state <> 'ready';
create index files_unsent on files (ends_at) where state = 'ready';

-- Written before the bytes are, so that nothing lies in the store of which nobody knows.
create table blobs (
  id     uuid primary key,
  file   uuid not null references files (id),
  size   text not null check (size in ('whole', 'large', 'screen', 'thumb')),
  type   text not null,
  bytes  bigint not null,
  sha256 bytea not null,
  key    bytea not null,
  unique (file, size)
);
comment on table blobs is 'chunks of 64 KiB, AES-256-GCM, under a key of its own; sizes of a picture are blobs of their own';
comment on column blobs.key is 'its key, wrapped with the key of this installation (DATA_DIR/keys/files)';
comment on column blobs.sha256 is 'of its bytes before they were encrypted';

-- Which message carries which file: whoever sees the message may fetch it.
create table message_files (
  group_id  uuid not null,
  seq       bigint not null,
  place     smallint not null,
  message   uuid not null,
  file      uuid not null references files (id),
  kind      text not null check (kind in ('photo', 'video', 'voice', 'document')),
  extension text not null,
  sender    uuid not null,
  at        timestamptz not null,
  shelf     text not null generated always as (case when kind in ('photo', 'video') then 'media' else kind end) stored,
  primary key (group_id, seq, place)
);
comment on column message_files.shelf is 'of the media store: media, document, voice';
create index message_files_by_shelf on message_files (group_id, shelf, seq desc, place desc);
create index message_files_by_file on message_files (file);
create index message_files_by_message on message_files (message);

create table message_links (
  group_id uuid not null,
  seq      bigint not null,
  place    smallint not null,
  message  uuid not null,
  link     text not null,
  sender   uuid not null,
  at       timestamptz not null,
  primary key (group_id, seq, place)
);
create index message_links_by_message on message_links (message);
