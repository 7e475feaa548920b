-- Few calls have a customer: who asks for those alone reads no others.

create index usage_hour_by_customer on nexus.usage_hour (org_id, hour, customer) where customer <> 0;
create index usage_day_by_customer on nexus.usage_day (org_id, day, customer) where customer <> 0;
create index usage_month_by_customer on nexus.usage_month (org_id, month, customer) where customer <> 0;
