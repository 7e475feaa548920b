import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActingWire } from "./acting-wire.ts";
import { createFileShelf } from "./files/file-shelf.ts";
import { openMailControl, type MailControl } from "./mail/mail-control.ts";
import { openMailbox, type Mailbox } from "./mail/open-mailbox.ts";
import { createRealtimeUpgrade } from "./openai/serve-realtime.ts";
import { createRecordStore } from "./record-store.ts";
import { openRequestLog } from "./request-log.ts";
import type { LoggedRequest, RequestRecord } from "./request-log.ts";
import { bedrockCredential } from "./bedrock/vendor.ts";
import { createScript } from "./script.ts";
import type { FaultRule } from "./script.ts";
import { serveControl } from "./serve-control.ts";
import { serveVendor, vendorAt, vendors } from "./serve-vendors.ts";
import { serveMade } from "./files/serve-made.ts";
import type { Settings, SandboxServer } from "./serve-vendors.ts";
import { vertexSandboxCredential } from "./vertex/sandbox-service-account.ts";
import type { MailWire } from "./mail-vendors/mail-wire.ts";
import { openMailVendors } from "./mail-vendors/open-mail-vendors.ts";
import { openPaymentVendors, type PaymentVendors } from "./open-payment-vendors.ts";
import { createSiteverify } from "./turnstile/siteverify.ts";
import type { SandboxVendorId } from "./vendor.ts";

export interface SandboxOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Where every request is logged before it is answered; without it, in memory alone. */
  readonly logFile?: string;
  /** A log of this size is put aside as `….1`, in place of the one before; without it the log grows. */
  readonly logMaxBytes?: number;
  /** False leaves the log to the system's write-back. */
  readonly fsync?: boolean;
  /** Requests kept in memory for `requests()` and lookups (100,000). */
  readonly keep?: number;
  readonly clock?: { readonly now: () => number };
  readonly settings?: Partial<Settings>;
  /** True also takes mail by SMTP, and shows it under `/mail`. */
  readonly mail?: boolean;
  /** Called with each record after it is logged and before it is answered. */
  readonly onRequest?: (record: RequestRecord) => Promise<void> | void;
}

/** How a vendor that acts is reached. */
export interface ActingAccess {
  readonly secret: Readonly<Record<string, string>>;
  readonly baseUrl: string;
}

type Reached<W> = W & { readonly access: ActingAccess };

/** The emulator of each vendor of payments by its id, for tests that play payer and bank. */
type ReachedPaymentVendors = { readonly [Id in keyof PaymentVendors]: Reached<PaymentVendors[Id]> };

export interface Sandbox extends ReachedPaymentVendors {
  readonly url: string;
  readonly port: number;
  /** What a vendor's client takes as base URL. */
  readonly baseUrls: Readonly<Record<SandboxVendorId, string>>;
  /** Vendors that act, with what Nexus is given to reach them. */
  readonly acting: Readonly<Record<string, ActingAccess>>;
  /** A vendor of mail, for tests: what it did, and what goes wrong with it. */
  readonly mailVendor: (id: string) => Pick<MailWire, "effects" | "setScript" | "maxBytes" | "orderHeaders">;
  readonly resend: Pick<MailWire, "effects" | "setScript">;
  /** How each vendor of payments is reached. */
  readonly payments: Readonly<Record<string, ActingAccess>>;
  /** Where mail is taken, and where it is shown; undefined unless asked for. */
  readonly mailbox: (Pick<Mailbox, "smtpUrl" | "messages" | "setScript"> & { readonly url: string }) | undefined;
  /** Adds rules; they hold until `reset`. */
  readonly script: (...rules: readonly FaultRule[]) => void;
  readonly settings: Settings;
  /** The requests seen since the last reset, oldest first. */
  readonly requests: () => LoggedRequest[];
  /** Forgets rules, settings changes and requests in memory; the log file stays. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else {
    const message = error instanceof Error ? error.message : String(error);
    response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ error: { message } }));
  }
}

const wireAt = (wires: readonly ActingWire[], path: string): ActingWire | undefined =>
  wires.find(({ mount }) => path.startsWith(`${mount}/`));

interface Route {
  readonly server: SandboxServer;
  readonly mailbox: Mailbox | undefined;
  readonly wires: readonly ActingWire[];
  readonly mail: MailControl;
  readonly reset: () => Promise<void>;
}

function route({ server, mailbox, wires, mail, reset }: Route) {
  const siteverify = createSiteverify(server.now);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const url = new URL(request.url ?? "/", "http://sandbox");
      const vendor = vendorAt(url.pathname);
      const wire = wireAt(wires, url.pathname);
      if (url.pathname === "/turnstile/v0/siteverify") await siteverify(request, response);
      else if (vendor !== undefined) await serveVendor(server, vendor, url, request, response);
      else if (url.pathname.startsWith("/made/")) serveMade(server, url.pathname.slice("/made/".length), response);
      else if (wire !== undefined) await wire.serve(url.pathname.slice(wire.mount.length), request, response);
      else if (!isLoopbackHost(request.headers.host))
        response.writeHead(403, { "content-type": "text/plain" }).end("This host name is not the sandbox's.\n");
      else if (url.pathname.startsWith("/__sandbox/"))
        await serveControl(server, { mail, reset }, url, request, response);
      else if (mailbox !== undefined && /^\/mail(\/|$)/.test(url.pathname)) mailbox.serve(url, request, response);
      else response.writeHead(404, { "content-type": "text/plain" }).end("No vendor is mounted here.\n");
    } catch (error) {
      fail(response, error);
    }
  };
  return (request: IncomingMessage, response: ServerResponse): void => void answer(request, response);
}

/** A page of another site whose name was made to lead here (DNS rebinding) reads no mail and sets no faults. */
const isLoopbackHost = (host = ""): boolean =>
  /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);

const defaults: Settings = { keys: {}, idempotent: false, lookup: true, paceMs: 0 };

/** Starts the vendor emulators on one port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = "127.0.0.1", clock = { now: Date.now } } = options;
  const initial: Settings = { ...defaults, ...options.settings };
  const server: SandboxServer = {
    script: createScript(),
    store: createRecordStore(options.keep ?? 100_000),
    log: openRequestLog(options.logFile, options.fsync ?? true, options.logMaxBytes),
    files: createFileShelf(clock.now),
    settings: { ...initial },
    now: clock.now,
    seq: 0,
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
  };
  const paymentVendors = openPaymentVendors(clock.now);
  const paymentWires = Object.values(paymentVendors);
  const stamp = () => new Date(clock.now()).toISOString();
  await server.log.append({ type: "start", run: randomUUID(), at: stamp() });

  const mailbox = options.mail === true ? await openMailbox({ host, now: clock.now }) : undefined;
  const mailVendors = openMailVendors({ mailbox: mailbox?.store, now: clock.now });
  const mailVendor = (id: string): MailWire => {
    const vendor = mailVendors.get(id);
    if (vendor) return vendor;
    throw new Error(`the sandbox does not speak for ${id}`);
  };
  const wires: readonly ActingWire[] = [...mailVendors.values(), ...paymentWires];
  const reset = async () => {
    server.script.clear();
    server.store.clear();
    server.files.clear();
    for (const wire of wires) wire.reset();
    mailbox?.setScript(() => undefined);
    Object.assign(server.settings, initial);
    await server.log.append({ type: "reset", seq: server.seq, at: stamp() });
  };
  const http = createServer(
    { keepAliveTimeout: 65_000, requestTimeout: 0, noDelay: true },
    route({ server, mailbox, wires, mail: openMailControl(mailbox, mailVendors), reset }),
  );
  const realtime = createRealtimeUpgrade(server, { openai: vendors.openai });
  http.on("upgrade", realtime.upgrade);
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(options.port ?? 0, host, resolve);
  });
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const accessTo = ({ mount, credential }: ActingWire): ActingAccess => ({ secret: credential, baseUrl: url + mount });
  const accessOf = (opened: readonly ActingWire[]) =>
    Object.fromEntries(opened.map((wire) => [wire.id, accessTo(wire)]));
  // Which vendor is under which id, the compiler cannot follow.
  const reached = Object.fromEntries(
    Object.entries(paymentVendors).map(([id, wire]) => [id, { ...wire, access: accessTo(wire) }]),
  ) as ReachedPaymentVendors;
  return {
    url,
    port,
    baseUrls: {
      openai: url + vendors.openai.mount,
      anthropic: url + vendors.anthropic.mount,
      google: url + vendors.google.mount,
      vertex: url + vendors.vertex.mount,
      azure: url + vendors.azure.mount,
      bedrock: url + vendors.bedrock.mount,
      mistral: url + vendors.mistral.mount,
      groq: url + vendors.groq.mount,
      xai: url + vendors.xai.mount,
      cohere: url + vendors.cohere.mount,
      elevenlabs: url + vendors.elevenlabs.mount,
      deepgram: url + vendors.deepgram.mount,
      fal: url + vendors.fal.mount,
      compatible: url + vendors.compatible.mount,
    },
    acting: {
      ...accessOf(wires),
      // Reached as those are: by more than a key.
      vertex: { secret: vertexSandboxCredential, baseUrl: url + vendors.vertex.mount },
      bedrock: { secret: bedrockCredential, baseUrl: url + vendors.bedrock.mount },
      ...(mailbox === undefined ? {} : { smtp: { secret: {}, baseUrl: mailbox.smtpUrl } }),
    },
    mailVendor,
    resend: mailVendor("resend"),
    payments: accessOf(paymentWires),
    ...reached,
    mailbox: mailbox && {
      url: `${url}/mail`,
      smtpUrl: mailbox.smtpUrl,
      messages: mailbox.messages,
      setScript: mailbox.setScript,
    },
    script: (...rules) => server.script.add(rules),
    settings: server.settings,
    requests: () => server.store.all(),
    reset,
    async close() {
      const closed = new Promise((resolve) => http.close(resolve));
      realtime.close();
      http.closeAllConnections();
      await closed;
      await mailbox?.close();
      await Promise.all(paymentWires.map((wire) => wire.close()));
      await server.log.close();
    },
  };
}
