-- A message that stands for a thing of the board: a note, a reminder, a poll. It says which in its form.
comment on column messages.form is 'what the sender gave beside the text: {reply, forwarded, mentions, files, ask, card}; null for plain ones';

create or replace function message_more(m messages) returns jsonb language sql stable as $$
  select case when m.form is not null or m.urgency > 0 or m.edits > 0 or m.recalled_at is not null
      or m.reactions is not null or m.acknowledged > 0 then jsonb_build_object(
    'urgency', nullif(m.urgency, 0),
    'quote', case when m.form ? 'reply' then message_quote((m.form->>'reply')::uuid) end,
    'forwarded', m.form->'forwarded', 'mentions', m.form->'mentions', 'files', m.form->'files', 'ask', m.form->'ask',
    'card', m.form->'card',
    'edited', case when m.edits > 0 then
      jsonb_build_object('count', m.edits, 'at', (extract(epoch from m.edited_at) * 1000)::bigint) end,
    'recalled', case when m.recalled_at is not null then
      jsonb_build_object('by', m.recalled_by, 'at', (extract(epoch from m.recalled_at) * 1000)::bigint) end,
    'reactions', m.reactions, 'acknowledged', nullif(m.acknowledged, 0)) end
$$;
