-- beside: 0035
-- What has come of an upload lies on the node it came to.
alter table files add column node text;
alter table files add column came bigint not null default 0;
comment on column files.node is 'by name, where what has come of it lies; null: on the only node there was';
comment on column files.came is 'how far an upload has come, as its node told the others';
