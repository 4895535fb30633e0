-- What one person keeps of their chats, and what they do not want to see any more. Nobody else learns of either.
create table hidden_messages (
  account  uuid not null references accounts (id),
  group_id uuid not null references groups (id),
  seq      bigint not null,
  at       timestamptz not null,
  primary key (account, group_id, seq)
);
comment on table hidden_messages is '“Xóa chỉ ở phía tôi”: lines left out of what this account is shown';

create table saved_messages (
  account  uuid not null references accounts (id),
  group_id uuid not null references groups (id),
  seq      bigint not null,
  message  uuid not null,
  at       timestamptz not null,
  primary key (account, group_id, seq)
);
comment on table saved_messages is '“Tin đã đánh dấu”: read together with what the account may still see';
create index saved_messages_by_time on saved_messages (account, at desc, message desc);
