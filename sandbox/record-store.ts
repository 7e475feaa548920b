import type { AnswerRecord, LoggedRequest, RequestRecord } from "./request-log.ts";

/** The latest requests in memory, for paging and lookup. */
export interface RecordStore {
  readonly add: (record: RequestRecord) => LoggedRequest;
  readonly finish: (record: AnswerRecord) => void;
  readonly firstOf: (vendor: string, operationId: string) => LoggedRequest | undefined;
  readonly byOperation: (operationId: string) => readonly LoggedRequest[];
  readonly page: (afterSeq: number, limit: number) => readonly LoggedRequest[];
  readonly all: () => LoggedRequest[];
  readonly clear: () => void;
}

/** Keeps the last `keep` requests; the oldest leave first. */
export function createRecordStore(keep: number): RecordStore {
  const bySeq = new Map<number, LoggedRequest>();
  const operations = new Map<string, LoggedRequest[]>();

  function dropOldest(): void {
    const oldest = bySeq.values().next().value;
    if (oldest === undefined) return;
    bySeq.delete(oldest.seq);
    if (oldest.operationId === null) return;
    const left = (operations.get(oldest.operationId) ?? []).filter((one) => one.seq !== oldest.seq);
    if (left.length === 0) operations.delete(oldest.operationId);
    else operations.set(oldest.operationId, left);
  }

  return {
    add(record) {
      const logged: LoggedRequest = { ...record, answer: null };
      bySeq.set(record.seq, logged);
      if (record.operationId !== null) {
        const known = operations.get(record.operationId);
        if (known === undefined) operations.set(record.operationId, [logged]);
        else known.push(logged);
      }
      if (bySeq.size > keep) dropOldest();
      return logged;
    },
    finish(ending) {
      const logged = bySeq.get(ending.seq);
      if (logged !== undefined) logged.answer = ending;
    },
    firstOf: (vendor, operationId) => operations.get(operationId)?.find((one) => one.vendor === vendor),
    byOperation: (operationId) => operations.get(operationId) ?? [],
    page(afterSeq, limit) {
      const found: LoggedRequest[] = [];
      for (const record of bySeq.values()) {
        if (record.seq > afterSeq) found.push(record);
        if (found.length >= limit) break;
      }
      return found;
    },
    all: () => [...bySeq.values()],
    clear() {
      bySeq.clear();
      operations.clear();
    },
  };
}
