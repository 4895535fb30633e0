-- How many members a group has, beside the group: counted anew for each chat of a list, it cost more than all the rest of the list.
-- Kept by triggers, so that no statement that puts somebody in or out can forget it, nor a program from before this column.
-- Rows of members are never deleted: who leaves gets a left_at. Whoever changes members holds the stream of the group, so two of them
-- never wait for each other here.
alter table groups add column members integer not null default 0;
comment on column groups.members is 'how many are in it now; kept by triggers on members';

update groups g set members = n.members
from (select group_id, count(*) as members from members where left_at is null group by group_id) n
where n.group_id = g.id;

create function count_members_in() returns trigger language plpgsql as $$
begin
  update groups g set members = g.members + n.members
  from (select group_id, count(*) as members from inserted where left_at is null group by group_id) n
  where n.group_id = g.id;
  return null;
end
$$;

create function count_member_moved() returns trigger language plpgsql as $$
begin
  update groups set members = members + case when new.left_at is null then 1 else -1 end where id = new.group_id;
  return null;
end
$$;

create trigger members_counted_in after insert on members
referencing new table as inserted for each statement execute function count_members_in();

-- Reading marks are moved all the time: they do not come this far.
create trigger members_counted_moved after update on members
for each row when ((old.left_at is null) <> (new.left_at is null)) execute function count_member_moved();
