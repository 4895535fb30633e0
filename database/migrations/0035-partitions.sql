-- Messages and events lie in partitions by the group or stream they belong to, and every key of what grows with them contains it:
-- so that parts of them can be moved to other disks or other servers without another line of code (docs/decisions/partitions.md).
-- Holds messages, events, message_versions, reactions and acknowledgements for itself alone until it ends, which is as long as it
-- takes to write them once more with their indexes.
lock table messages, events, message_versions, reactions, acknowledgements, urgent_texts, rescans in access exclusive mode;

drop function message_more(messages);
drop function message_quote(uuid);
-- Rows of text messages to telephones go by their age, whatever becomes of the message.
alter table urgent_texts drop constraint urgent_texts_message_fkey;

-- An id is given once in the whole house, whatever the group: a key of messages cannot say so, since it contains the group.
create table message_ids (
  id       uuid not null,
  group_id uuid not null
);
comment on table message_ids is 'which group a message was written to: its id is used once, and who knows only the id finds the partition by it';
insert into message_ids (id, group_id) select id, group_id from messages;
alter table message_ids add primary key (id);

-- Those of the three that are kept by message. A row without one has nothing to be shown with.
alter table message_versions add column group_id uuid;
update message_versions v set group_id = i.group_id from message_ids i where i.id = v.message;
delete from message_versions where group_id is null;
alter table message_versions alter column group_id set not null, drop constraint message_versions_pkey,
  add primary key (group_id, message, version);

alter table reactions add column group_id uuid;
update reactions r set group_id = i.group_id from message_ids i where i.id = r.message;
delete from reactions where group_id is null;
drop index reactions_in_order;
alter table reactions alter column group_id set not null, drop constraint reactions_pkey, add primary key (group_id, message, account, emoji);
create index reactions_in_order on reactions (group_id, message, at, account, emoji);

alter table acknowledgements add column group_id uuid;
update acknowledgements k set group_id = i.group_id from message_ids i where i.id = k.message;
delete from acknowledgements where group_id is null;
alter table acknowledgements alter column group_id set not null, drop constraint acknowledgements_pkey,
  add primary key (group_id, message, account);

-- Who looks over them goes by group from now on.
update rescans set after = '' where state = 'running' and stage = 'version';

alter table messages rename to messages_before;
alter table events rename to events_before;
create table messages (like messages_before including defaults including constraints including comments) partition by hash (group_id);
create table events (like events_before including defaults including constraints including comments) partition by hash (stream);
comment on table messages is 'the lines of every conversation';
comment on table events is 'what happened in a stream, for devices to catch up';

do $$
begin
  for part in 0..7 loop
    -- Messages are hardly ever deleted: they are looked after by how many came, before there are too many to do at once.
    execute format('create table messages_%s partition of messages for values with (modulus 8, remainder %s)
      with (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)', part, part);
    -- Of events a thirtieth goes every day.
    execute format('create table events_%s partition of events for values with (modulus 8, remainder %s)
      with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1)', part, part);
  end loop;
end
$$;

insert into messages select * from messages_before;
insert into events select * from events_before;
drop table messages_before;
drop table events_before;

-- The id comes first: whoever has nothing else finds it in each partition, and the newest lie together.
alter table messages add primary key (id, group_id), add unique (group_id, seq),
  add foreign key (group_id) references groups (id);
create index messages_asking on messages (group_id, sent_at) where form->'ask' is not null;
create index messages_by_origin on messages ((form->>'origin')) where form ? 'origin';
create index messages_express on messages (sent_at) where urgency = 3;
create index messages_urgent on messages (group_id, seq) where urgency > 0;
alter table events add primary key (stream, seq);
create index events_by_age on events (at);

create function message_quote(conversation uuid, answered uuid) returns jsonb language sql stable as $$
  select jsonb_build_object('id', q.id, 'seq', q.seq, 'by', q.sender, 'text', coalesce(left(q.text, 160), ''),
    'kind', coalesce(q.form->'files'->0->>'kind', 'text'), 'gone', q.recalled_at is not null)
  from messages q where q.group_id = conversation and q.id = answered
$$;

create function message_more(m messages) returns jsonb language sql stable as $$
  select case when m.form is not null or m.urgency > 0 or m.edits > 0 or m.recalled_at is not null
      or m.reactions is not null or m.acknowledged > 0 then jsonb_build_object(
    'urgency', nullif(m.urgency, 0),
    'quote', case when m.form ? 'reply' then message_quote(m.group_id, (m.form->>'reply')::uuid) end,
    'forwarded', m.form->'forwarded', 'mentions', m.form->'mentions', 'files', m.form->'files', 'ask', m.form->'ask',
    'card', m.form->'card', 'handling', m.form->'handling',
    'edited', case when m.edits > 0 then
      jsonb_build_object('count', m.edits, 'at', (extract(epoch from m.edited_at) * 1000)::bigint) end,
    'recalled', case when m.recalled_at is not null then
      jsonb_build_object('by', m.recalled_by, 'at', (extract(epoch from m.recalled_at) * 1000)::bigint)
        || case when m.withdrawn is null then '{}'::jsonb else '{"secrecy": true}'::jsonb end end,
    'reactions', m.reactions, 'acknowledged', nullif(m.acknowledged, 0)) end
$$;
