-- The live views, and which version of each its tables hold.
create schema view;
create table view_version (view text primary key, version integer not null);
