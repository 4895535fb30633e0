-- What pages say of themselves, where the agency has link previews on; fetched again after a week, removed by a job.
create table link_previews (
  id          uuid primary key,
  link        text not null,
  digest      bytea not null unique,
  fetched_at  timestamptz not null,
  title       text not null default '',
  description text not null default '',
  site        text not null default '',
  picture     bytea
);
comment on column link_previews.digest is 'SHA-256 of the link: what is looked for';
comment on column link_previews.title is 'empty where the page could not be had, or says nothing of itself';
comment on column link_previews.picture is 'WebP or JPEG, drawn anew by this program';
create index link_previews_by_age on link_previews (fetched_at);
-- Who may see a picture is found by the messages that link to its page.
create index message_links_by_link on message_links using hash (link);
