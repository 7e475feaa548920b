-- Bytes that are sealed in one piece, wherever they are kept: so that another key can be put in the place of the one they are
-- sealed under. Answers are not among them: they are gone within a day.

-- Under which key: its id stands in front, behind the format and its own length.
create function nexus.nexus_sealed_by(p_sealed bytea) returns text
language sql immutable strict parallel safe as $$
  select encode(substring(p_sealed from 3 for get_byte(p_sealed, 1)), 'escape')
$$;

create view nexus.sealed_row as
  select 'attempt' as place, operation_id as row_id, request as bytes from nexus.attempt where request is not null
  union all select 'act_queue', operation_id, content from nexus.act_queue where content is not null
  union all select 'email_message', email_id, head from nexus.email_message
  union all select 'email_content', email_id, body from nexus.email_content
  union all select 'email_suppression', suppression_id, address from nexus.email_suppression;

-- What is still under another key than the current one is found, and seen to be nothing, without reading all of it. Of
-- attempts only those with a request are read, which are few.
create index act_queue_sealed_by on nexus.act_queue (nexus.nexus_sealed_by(content)) where content is not null;
create index email_message_sealed_by on nexus.email_message (nexus.nexus_sealed_by(head));
create index email_content_sealed_by on nexus.email_content (nexus.nexus_sealed_by(body));
create index email_suppression_sealed_by on nexus.email_suppression (nexus.nexus_sealed_by(address));

-- The same contents under another key. A row that has changed meanwhile is left as it is.
create function nexus.nexus_reseal(p_place text, p_row_ids uuid[], p_old bytea[], p_new bytea[]) returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare n int;
begin
  case p_place
    when 'attempt' then
      update attempt t set request = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.operation_id = x.id and t.request = x.before;
    when 'act_queue' then
      update act_queue t set content = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.operation_id = x.id and t.content = x.before;
    when 'email_message' then
      update email_message t set head = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.email_id = x.id and t.head = x.before;
    when 'email_content' then
      update email_content t set body = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.email_id = x.id and t.body = x.before;
    when 'email_suppression' then
      update email_suppression t set address = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.suppression_id = x.id and t.address = x.before;
  end case;
  get diagnostics n = row_count;
  return n;
end $$;

do $$
begin
  revoke execute on function nexus.nexus_sealed_by(bytea), nexus.nexus_reseal(text, uuid[], bytea[], bytea[]) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_sealed_by(bytea), nexus.nexus_reseal(text, uuid[], bytea[], bytea[]) to nexus_app;
    revoke all on nexus.sealed_row from nexus_app;
    grant select on nexus.sealed_row to nexus_app;
  end if;
end $$;
