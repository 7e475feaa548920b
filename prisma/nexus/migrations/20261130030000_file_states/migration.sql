-- Whether calls can refer to a file: vendors look into films before a model can see them.
alter table nexus.vendor_file
  add column state text not null default 'active',
  add constraint vendor_file_state check (state in ('processing', 'active', 'failed'));
