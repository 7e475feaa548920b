import { mailFaults, type MailFault } from "../mail-vendors/mail-fault.ts";
import type { AskedMail, MailScript } from "../mail-vendors/mail-wire.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { smtpStages, type SmtpFault, type SmtpMoment, type SmtpScript, type SmtpStage } from "./smtp-fault.ts";

/** For which mails something goes wrong: all that meet what is named. */
interface MailCondition {
  readonly to?: string;
  readonly from?: string;
  /** Text anywhere in the subject; of vendors over HTTP alone. */
  readonly subject?: string;
  /** From the n-th of those on (1). */
  readonly nth: number;
  /** For so many of them; for all that come where it is left out. */
  readonly times: number;
}

/** What goes wrong with mail, as it is asked for over the control port. */
type MailRule = MailCondition &
  (
    | { readonly vendor: "smtp"; readonly at: SmtpStage; readonly fault: SmtpFault }
    | { readonly vendor: string; readonly at?: undefined; readonly fault: MailFault }
  );

const known: ReadonlySet<string> = new Set(
  "vendor at do code enhanced everyMs fault to from subject nth times".split(" "),
);

class Wrong extends Error {}

const wholeAt = (rule: JsonObject, name: string, otherwise: number, most: number): number => {
  const value = rule[name] ?? otherwise;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > most)
    throw new Wrong(`${name} must be an integer from 1 to ${most}`);
  return value;
};

const textAt = (rule: JsonObject, name: string): Record<string, string> => {
  const value = rule[name];
  if (value === undefined) return {};
  if (typeof value !== "string") throw new Wrong(`${name} must be a text`);
  return { [name]: name === "subject" ? value : value.toLowerCase() };
};

const smtpFaultOf = (rule: JsonObject): SmtpFault => {
  const { do: what, enhanced } = rule;
  if (what === "drop" || what === "hang") return { do: what };
  if (what === "drip") return { do: "drip", everyMs: wholeAt(rule, "everyMs", 200, 60_000) };
  if (what !== "reply") throw new Wrong("do must be drop, hang, drip or reply");
  const code = wholeAt(rule, "code", 451, 599);
  if (code < 400) throw new Wrong("code must be of 4yz or 5yz");
  if (enhanced === undefined) return { do: "reply", code };
  if (typeof enhanced !== "string" || !/^[45]\.\d{1,3}\.\d{1,3}$/.test(enhanced))
    throw new Wrong("enhanced must be a code as 4.3.0");
  return { do: "reply", code, enhanced };
};

const isStage = (value: unknown): value is SmtpStage => smtpStages.some((stage) => stage === value);
const isFault = (value: unknown): value is MailFault => typeof value === "string" && Object.hasOwn(mailFaults, value);

const readRule = (rule: unknown, vendors: ReadonlySet<string>): MailRule => {
  if (!isObject(rule)) throw new Wrong("a rule is an object");
  const foreign = Object.keys(rule).find((name) => !known.has(name));
  if (foreign !== undefined) throw new Wrong(`there is no ${foreign}`);
  const condition: MailCondition = {
    ...textAt(rule, "to"),
    ...textAt(rule, "from"),
    ...textAt(rule, "subject"),
    nth: wholeAt(rule, "nth", 1, 1_000_000),
    times: wholeAt(rule, "times", 1_000_000, 1_000_000),
  };
  const { vendor, at, fault } = rule;
  if (vendor === "smtp") {
    if (!isStage(at)) throw new Wrong(`at must be one of ${smtpStages.join(", ")}`);
    return { ...condition, vendor, at, fault: smtpFaultOf(rule) };
  }
  if (typeof vendor !== "string" || !vendors.has(vendor))
    throw new Wrong(`vendor must be one of smtp, ${[...vendors].join(", ")}`);
  if (!isFault(fault)) throw new Wrong(`fault must be one of ${Object.keys(mailFaults).join(", ")}`);
  return { ...condition, vendor, fault };
};

/** Reads the rules of a control call; says what is wrong with them otherwise. */
export const readMailRules = (body: unknown, vendors: ReadonlySet<string>): readonly MailRule[] | string => {
  try {
    return (Array.isArray(body) ? (body as unknown[]) : [body]).map((rule) => readRule(rule, vendors));
  } catch (error) {
    if (error instanceof Wrong) return error.message;
    throw error;
  }
};

/** Counts what a rule is about, and says whether it strikes now. */
const counter = ({ nth, times }: MailCondition): (() => boolean) => {
  let seen = 0;
  return () => {
    seen += 1;
    return seen >= nth && seen < nth + times;
  };
};

const meetsSmtp = ({ to, from }: MailCondition, moment: SmtpMoment): boolean =>
  (to === undefined || moment.recipient === to || (moment.stage !== "rcpt" && moment.to.includes(to))) &&
  (from === undefined || moment.from?.toLowerCase() === from);

/** What goes wrong with mail by SMTP, by the rules about it; the first that strikes decides. */
export const smtpScriptOf = (rules: readonly MailRule[]): SmtpScript => {
  const counted = rules.flatMap((rule) =>
    rule.at === undefined ? [] : [{ rule, fault: rule.fault, strikes: counter(rule) }],
  );
  return (moment) =>
    counted.find(({ rule, strikes }) => rule.at === moment.stage && meetsSmtp(rule, moment) && strikes())?.fault;
};

const meetsMail = ({ to, from, subject }: MailCondition, mail: AskedMail): boolean =>
  (to === undefined || [...mail.to, ...mail.cc, ...mail.bcc].some((address) => address.toLowerCase() === to)) &&
  (from === undefined || mail.from.toLowerCase() === from) &&
  (subject === undefined || mail.subject.includes(subject));

/** The same for one vendor over HTTP. */
export const mailScriptOf = (rules: readonly MailRule[], vendor: string): MailScript => {
  const counted = rules.flatMap((rule) =>
    rule.at === undefined && rule.vendor === vendor ? [{ rule, fault: rule.fault, strikes: counter(rule) }] : [],
  );
  return (mail) => counted.find(({ rule, strikes }) => meetsMail(rule, mail) && strikes())?.fault;
};
