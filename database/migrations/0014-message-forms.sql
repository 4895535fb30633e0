-- What a message can be beyond its text: an answer, forwarded, with files, urgent, asking to be acknowledged; edited, recalled.
alter table messages add column form jsonb;
alter table messages add column urgency smallint not null default 0 check (urgency between 0 and 3);
alter table messages add column edits integer not null default 0;
alter table messages add column edited_at timestamptz;
alter table messages add column recalled_at timestamptz;
alter table messages add column recalled_by uuid;
alter table messages add column reactions jsonb;
alter table messages add column acknowledged integer not null default 0;
comment on column messages.form is 'what the sender gave beside the text: {reply, forwarded, mentions, files, ask}; null for plain ones';
comment on column messages.urgency is '0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc';
comment on column messages.recalled_at is 'from then on text, form and what belonged to it are gone';
comment on column messages.reactions is 'totals by emoji; who gave them stands in reactions';
comment on column messages.acknowledged is 'how many have acknowledged it; who did stands in acknowledgements';
-- Lists show that something urgent is unread: few messages are.
create index messages_urgent on messages (group_id, seq) where urgency > 0;

-- Whom a message names, so that unread mentions can be counted without reading texts.
create table message_mentions (
  group_id uuid not null,
  seq      bigint not null,
  who      text not null check (who in ('account', 'all', 'unit', 'role')),
  target   text not null default ''
);
comment on column message_mentions.target is 'id of the account or unit, name of the role, empty for all';
create index message_mentions_by_place on message_mentions (group_id, seq);

-- The beginning of a message, as it stands above its answers.
create function message_quote(answered uuid) returns jsonb language sql stable as $$
  select jsonb_build_object('id', q.id, 'seq', q.seq, 'by', q.sender, 'text', coalesce(left(q.text, 160), ''),
    'kind', coalesce(q.form->'files'->0->>'kind', 'text'), 'gone', q.recalled_at is not null)
  from messages q where q.id = answered
$$;

-- All that is told of a message beside its text, as one value; null for a plain one. Looks at another row for answers only.
create function message_more(m messages) returns jsonb language sql stable as $$
  select case when m.form is not null or m.urgency > 0 or m.edits > 0 or m.recalled_at is not null
      or m.reactions is not null or m.acknowledged > 0 then jsonb_build_object(
    'urgency', nullif(m.urgency, 0),
    'quote', case when m.form ? 'reply' then message_quote((m.form->>'reply')::uuid) end,
    'forwarded', m.form->'forwarded', 'mentions', m.form->'mentions', 'files', m.form->'files', 'ask', m.form->'ask',
    'edited', case when m.edits > 0 then
      jsonb_build_object('count', m.edits, 'at', (extract(epoch from m.edited_at) * 1000)::bigint) end,
    'recalled', case when m.recalled_at is not null then
      jsonb_build_object('by', m.recalled_by, 'at', (extract(epoch from m.recalled_at) * 1000)::bigint) end,
    'reactions', m.reactions, 'acknowledged', nullif(m.acknowledged, 0)) end
$$;
