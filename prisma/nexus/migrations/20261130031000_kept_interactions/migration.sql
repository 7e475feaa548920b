-- What is kept is a response of OpenAI's API or an interaction of Google's: each is found by its own API.
alter table nexus.kept_response add column kind text not null default 'response',
  add constraint kept_response_kind check (kind in ('response', 'interaction'));
