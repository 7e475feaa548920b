import { failedLogRotations } from "./log-target.ts";
import { droppedLogLines } from "./logger.ts";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** What `/metrics` shows. Labels name vendor, model and operation; never user, key or prompt. */
export interface Metrics {
  readonly registry: Registry;
  readonly calls: Counter<"operation" | "vendor" | "outcome" | "source">;
  /** Questions to vendors that cost nothing. */
  readonly reads: Counter<"operation" | "vendor" | "outcome">;
  /** Objects in a state of the vendor's that Nexus does not know. */
  readonly unknownStates: Counter<"vendor">;
  /** Procedures that cost nothing: budgets, exports, the audit log. */
  readonly procedures: Counter<"procedure" | "outcome">;
  /** Files of usage and of the audit log, by whether they were read to their end. */
  readonly exports: Counter<"procedure" | "outcome">;
  /** Credentials that people had tested, by what that has shown. */
  readonly credentialTests: Counter<"vendor" | "outcome">;
  readonly errors: Counter<"code" | "fault" | "door">;
  readonly units: Counter<"vendor" | "model" | "unit">;
  readonly costNanoUsd: Counter<"vendor" | "model" | "tier">;
  readonly durationSeconds: Histogram<"operation" | "vendor">;
  readonly firstByteSeconds: Histogram<"operation" | "vendor">;
  readonly liveStreams: Gauge;
  /** Whoever follows the operations as they come in. */
  readonly followers: Gauge;
  readonly drains: Gauge;
  readonly unpriced: Counter<"vendor" | "model">;
  readonly circuitOpen: Gauge<CircuitLabel>;
  readonly circuitRetrySeconds: Gauge<CircuitLabel>;
  readonly circuitsOpened: Counter<"vendor" | "scope" | "reason">;
  readonly emailEvents: Counter<"provider" | "type" | "accepted">;
  readonly emailsRefused: Counter<"by">;
  readonly doubtsOpen: Gauge<"vendor">;
  readonly doubtsHeldNanoUsd: Gauge<"vendor">;
  /** By policy, look-up, repeat or report, by an operator or by a bill. */
  readonly doubtsEnded: Counter<"by">;
  /** Taken from the queue, by what became of it. */
  readonly queueTaken: Counter<"outcome">;
  /** What waits in the queue; set when they are scraped. */
  readonly queueDue: Gauge;
  readonly queueScheduled: Gauge;
  readonly queueOldestDueSeconds: Gauge;
  /** Charges that Stripe's meters do not have; set when they are scraped. */
  readonly meterEvents: Gauge<"state">;
  readonly meterOldestSeconds: Gauge;
  /** Messages about alerts of budgets, by what became of each try. */
  readonly alertDeliveries: Counter<"channel" | "outcome">;
  /** Responses that were to be kept for their callers, by whether they were. */
  readonly responsesKept: Counter<"outcome">;
  /** Responses in the background that this process works on. */
  readonly responsesRunning: Gauge;
  readonly droppedLogLines: Counter;
  readonly clockAheadSeconds: Gauge;
  readonly failedLogRotations: Counter;
  /** Of Auth's revocation feed; set when they are scraped. */
  readonly authFeedAgeSeconds: Gauge;
  readonly authFeedInterruptions: Counter;
  readonly authFeedResets: Counter;
  readonly authFeedDropped: Counter;
  /** Of tokens that are bound to a key, by what became of the request. */
  readonly proofs: Counter<"outcome">;
  /** The results of readiness checks; set when they are scraped. */
  readonly ready: Gauge<"check">;
  readonly clockOffsetSeconds: Gauge;
  readonly taskAgeSeconds: Gauge<"task">;
  readonly heartbeatAgeSeconds: Gauge;
  readonly diskFreeBytes: Gauge;
}

/** Credentials by their public id. */
type CircuitLabel = "vendor" | "model" | "credential" | "scope" | "reason";

const circuitLabels: readonly CircuitLabel[] = ["vendor", "model", "credential", "scope", "reason"];

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

let ofProcess: Registry | undefined;
/** Memory, event loop and garbage collection are the process's, however many gateways it holds: their timers run once. */
const processMetrics = (): Registry => {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess, prefix: "nexus_" });
  }
  return ofProcess;
};

/** A registry of its own, so that one process can hold several gateways. */
export const createMetrics = (): Metrics => {
  const registry = Registry.merge([processMetrics()]);
  const registers = [registry];
  return {
    registry,
    calls: new Counter({
      name: "nexus_calls_total",
      help: "Metered calls by how their hold ended",
      labelNames: ["operation", "vendor", "outcome", "source"],
      registers,
    }),
    reads: new Counter({
      name: "nexus_reads_total",
      help: "Questions to vendors that cost nothing, by whether they were answered",
      labelNames: ["operation", "vendor", "outcome"],
      registers,
    }),
    procedures: new Counter({
      name: "nexus_procedures_total",
      help: "Answers of procedures that cost nothing, by procedure: audit.list, usage.alerts.list and so on",
      labelNames: ["procedure", "outcome"],
      registers,
    }),
    exports: new Counter({
      name: "nexus_exports_total",
      help: "Exports of usage and of the audit log, by whether they were read to their end",
      labelNames: ["procedure", "outcome"],
      registers,
    }),
    credentialTests: new Counter({
      name: "nexus_credential_tests_total",
      help: "Tests of stored vendor credentials, by what they have shown",
      labelNames: ["vendor", "outcome"],
      registers,
    }),
    unknownStates: new Counter({
      name: "nexus_unknown_states_total",
      help: "Payments, refunds and subscriptions in a state of the vendor's that Nexus does not know",
      labelNames: ["vendor"],
      registers,
    }),
    errors: new Counter({
      name: "nexus_errors_total",
      help: "Errors sent to callers",
      labelNames: ["code", "fault", "door"],
      registers,
    }),
    units: new Counter({
      name: "nexus_units_total",
      help: "Metered units",
      labelNames: ["vendor", "model", "unit"],
      registers,
    }),
    costNanoUsd: new Counter({
      name: "nexus_cost_nano_usd_total",
      help: "Booked cost in nano-USD",
      labelNames: ["vendor", "model", "tier"],
      registers,
    }),
    durationSeconds: new Histogram({
      name: "nexus_call_duration_seconds",
      help: "From admission to settlement",
      labelNames: ["operation", "vendor"],
      buckets: secondsBuckets,
      registers,
    }),
    firstByteSeconds: new Histogram({
      name: "nexus_first_byte_seconds",
      help: "From admission to a stream's first chunk",
      labelNames: ["operation", "vendor"],
      buckets: secondsBuckets,
      registers,
    }),
    liveStreams: new Gauge({ name: "nexus_live_streams", help: "Streams under way", registers }),
    followers: new Gauge({ name: "nexus_operation_followers", help: "Who follows the operations", registers }),
    drains: new Gauge({ name: "nexus_drains", help: "Streams read on after their caller left", registers }),
    unpriced: new Counter({
      name: "nexus_unpriced_total",
      help: "Answers that metered a class without a price",
      labelNames: ["vendor", "model"],
      registers,
    }),
    circuitOpen: new Gauge({
      name: "nexus_circuit_open",
      help: "1 for what is kept from being called because it is known to fail",
      labelNames: circuitLabels,
      registers,
    }),
    circuitRetrySeconds: new Gauge({
      name: "nexus_circuit_retry_seconds",
      help: "Until an open circuit admits a probe",
      labelNames: circuitLabels,
      registers,
    }),
    circuitsOpened: new Counter({
      name: "nexus_circuits_opened_total",
      help: "Circuits that opened",
      labelNames: ["vendor", "scope", "reason"],
      registers,
    }),
    authFeedAgeSeconds: new Gauge({
      name: "nexus_auth_feed_age_seconds",
      help: "Since the moment of which Auth last told everything; beyond 1 every call asks Auth",
      registers,
    }),
    authFeedInterruptions: new Counter({
      name: "nexus_auth_feed_interruptions_total",
      help: "How often the feed of Auth broke, or was not to be had",
      registers,
    }),
    authFeedResets: new Counter({
      name: "nexus_auth_feed_resets_total",
      help: "How often all cached answers of Auth were dropped because changes may have been missed",
      registers,
    }),
    authFeedDropped: new Counter({
      name: "nexus_auth_feed_dropped_total",
      help: "Cached answers of Auth that its feed has dropped",
      registers,
    }),
    proofs: new Counter({
      name: "nexus_auth_proofs_total",
      help: "Requests with a token that is bound to a key (DPoP), by outcome",
      labelNames: ["outcome"],
      registers,
    }),
    ready: new Gauge({
      name: "nexus_ready",
      help: "1 for each check of readiness that is fulfilled, 0 for each that is not",
      labelNames: ["check"],
      registers,
    }),
    clockOffsetSeconds: new Gauge({
      name: "nexus_clock_offset_seconds",
      help: "The time this process goes by, minus the database's",
      registers,
    }),
    taskAgeSeconds: new Gauge({
      name: "nexus_task_age_seconds",
      help: "Since a task behind the ledger was last done, by any process",
      labelNames: ["task"],
      registers,
    }),
    heartbeatAgeSeconds: new Gauge({
      name: "nexus_heartbeat_age_seconds",
      help: "Since this process last proved to be alive",
      registers,
    }),
    diskFreeBytes: new Gauge({
      name: "nexus_disk_free_bytes",
      help: "Space left on the disk of the data folder",
      registers,
    }),
    emailEvents: new Counter({
      name: "nexus_email_events_total",
      help: "Events of mail that apps reported; provider is other where no vendor here has the name",
      labelNames: ["provider", "type", "accepted"],
      registers,
    }),
    emailsRefused: new Counter({
      name: "nexus_emails_refused_total",
      help: "Mails that were not let in: all recipients suppressed, or one capped",
      labelNames: ["by"],
      registers,
    }),
    doubtsOpen: new Gauge({
      name: "nexus_doubts_open",
      help: "Calls of which nobody can tell what they have cost",
      labelNames: ["vendor"],
      registers,
    }),
    doubtsHeldNanoUsd: new Gauge({
      name: "nexus_doubts_held_nano_usd",
      help: "What is held for calls in doubt",
      labelNames: ["vendor"],
      registers,
    }),
    doubtsEnded: new Counter({
      name: "nexus_doubts_ended_total",
      help: "Calls of unknown outcome that were ended by this process",
      labelNames: ["by"],
      registers,
    }),
    clockAheadSeconds: new Gauge({
      name: "nexus_clock_ahead_seconds",
      help: "By how much this machine's clock is ahead of the database's, which counts",
      registers,
    }),
    queueTaken: new Counter({
      name: "nexus_queue_taken_total",
      help: "Taken from the queue of what is carried out later, by what became of it",
      labelNames: ["outcome"],
      registers,
    }),
    meterEvents: new Gauge({
      name: "nexus_meter_events",
      help: "Charges of customers that Stripe's meters do not have, by why",
      labelNames: ["state"],
      registers,
    }),
    meterOldestSeconds: new Gauge({
      name: "nexus_meter_oldest_seconds",
      help: "Age of the oldest charge that waits to be told to Stripe's meters",
      registers,
    }),
    queueDue: new Gauge({ name: "nexus_queue_due", help: "What waits in the queue and is due", registers }),
    queueScheduled: new Gauge({
      name: "nexus_queue_scheduled",
      help: "What waits in the queue and is not due yet; counted up to 10,000",
      registers,
    }),
    queueOldestDueSeconds: new Gauge({
      name: "nexus_queue_oldest_due_seconds",
      help: "For how long the oldest in the queue has been due; 0 where nothing is",
      registers,
    }),
    alertDeliveries: new Counter({
      name: "nexus_alert_deliveries_total",
      help: "Tries to tell people and webhooks of alerts of budgets, and people of requests for more, by what became of them",
      labelNames: ["channel", "outcome"],
      registers,
    }),
    responsesKept: new Counter({
      name: "nexus_responses_kept_total",
      help: "Responses that were to be kept for their callers: `kept`, or `lost` where that failed",
      labelNames: ["outcome"],
      registers,
    }),
    responsesRunning: new Gauge({
      name: "nexus_responses_running",
      help: "Responses in the background that this process works on",
      registers,
    }),
    droppedLogLines: new Counter({
      name: "nexus_log_lines_dropped_total",
      help: "Log lines that could not be written and no longer be kept",
      registers,
      collect() {
        this.reset();
        this.inc(droppedLogLines());
      },
    }),
    failedLogRotations: new Counter({
      name: "nexus_log_rotations_failed_total",
      help: "Log files that could not be put aside, begun or removed when that was due",
      registers,
      collect() {
        this.reset();
        this.inc(failedLogRotations());
      },
    }),
  };
};
