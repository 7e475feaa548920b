"""Reads exports of the ledger's entries by DuckDB and by ClickHouse; prints what each of them adds up to."""

import json
import sys

import chdb
import duckdb

folder = sys.argv[1]


def told(reader, file_format, rows, cost, usd, calls, failed, positions):
    print(
        json.dumps(
            {
                "reader": reader,
                "format": file_format,
                "rows": int(rows),
                "cost": str(cost),
                "usd": str(usd),
                "calls": int(calls),
                "failed": int(failed),
                "positions": int(positions),
            }
        )
    )


columns = "count(*), cast(sum({nanos}) as varchar), cast(sum({usd}) as varchar), sum(calls), sum(failed), count(distinct position)"
typed = columns.format(nanos="cost_nanos", usd="cost_usd")
of_jsonl = columns.format(nanos='cast("costNanos" as hugeint)', usd='cast("costNanos" as decimal(38, 0)) / 1000000000')
csv_types = "{'cost_nanos': 'BIGINT', 'cost_usd': 'DECIMAL(38, 9)', 'booked_at': 'TIMESTAMPTZ', 'operation_id': 'UUID'}"
for file_format, asked in {
    "parquet": f"select {typed} from read_parquet('{folder}/*.parquet')",
    "csv": f"select {typed} from read_csv('{folder}/*.csv', types = {csv_types})",
    "jsonl": f"select {of_jsonl} from read_json('{folder}/*.jsonl', format = 'newline_delimited')",
}.items():
    told("duckdb " + duckdb.__version__, file_format, *duckdb.sql(asked).fetchall()[0])

columns = "count(), toString(sum({nanos})), toString(sum({usd})), sum(calls), sum(failed), uniqExact(position)"
structure = "position Int64, operationId UUID, bookedAt DateTime64(6, \\'UTC\\'), calls Int32, failed Int32, costNanos Int64"
of_csv = columns.format(nanos="cost_nanos", usd="cost_usd")
of_jsonl = columns.format(nanos="costNanos", usd="toDecimal128(costNanos, 9) / 1000000000")
settings = "settings date_time_input_format = 'best_effort', schema_inference_make_columns_nullable = 1"
for file_format, asked in {
    "parquet": f"select {columns.format(nanos='cost_nanos', usd='cost_usd')} from file('{folder}/*.parquet')",
    "csv": f"select {of_csv} from file('{folder}/*.csv', CSVWithNames) {settings}, schema_inference_hints = 'cost_usd Decimal(38, 9)'",
    "jsonl": f"select {of_jsonl} from file('{folder}/*.jsonl', JSONEachRow, '{structure}') {settings}",
}.items():
    told("chdb " + chdb.__version__, file_format, *json.loads(str(chdb.query(asked, "JSONCompactEachRow"))))

types = dict(row[:2] for row in duckdb.sql(f"describe select * from read_parquet('{folder}/*.parquet')").fetchall())
print(json.dumps({"reader": "duckdb", "types": types}))
described = str(chdb.query(f"describe file('{folder}/*.parquet')", "JSONCompactEachRow")).strip().split("\n")
print(json.dumps({"reader": "chdb", "types": dict(json.loads(line)[:2] for line in described)}))
