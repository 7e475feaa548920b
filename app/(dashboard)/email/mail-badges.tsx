import type { ListedEmail } from "../../_data/answers.ts";
import { Badge, type Tone } from "../../_ui/badge.tsx";

type MailState = ListedEmail["recipients"][number]["state"];

interface Meaning {
  readonly label: string;
  readonly tone: Tone;
  readonly title: string;
}

const meanings: Readonly<Record<MailState, Meaning>> = {
  scheduled: { label: "scheduled", tone: "accent", title: "Waits for its time" },
  queued: { label: "queued", tone: "accent", title: "Waits to be sent" },
  sending: { label: "sending", tone: "accent", title: "Is being given to a vendor" },
  unknown: { label: "in doubt", tone: "warn", title: "Nobody can tell yet whether it left; it is being found out" },
  canceled: { label: "canceled", tone: "plain", title: "Was taken back before it was sent" },
  expired: { label: "expired", tone: "plain", title: "Could not be sent before its time was over" },
  accepted: { label: "accepted", tone: "good", title: "A vendor has taken it" },
  deferred: { label: "deferred", tone: "warn", title: "The recipient's server did not take it yet" },
  suppressed: { label: "suppressed", tone: "plain", title: "Nothing was sent to this address" },
  rejected: { label: "rejected", tone: "bad", title: "The vendor or the server refused it" },
  failed: { label: "failed", tone: "bad", title: "It was not sent" },
  delivered: { label: "delivered", tone: "good", title: "The recipient's server has it" },
  bounced: { label: "bounced", tone: "bad", title: "It came back" },
  complained: { label: "complained", tone: "bad", title: "The recipient called it spam" },
};

/** How far a mail has got. */
export const MailStateBadge = ({ state }: { readonly state: MailState }) => {
  const { label, tone, title } = meanings[state];
  return (
    <Badge tone={tone} title={title}>
      {label}
    </Badge>
  );
};

/** How a mail stands with all its recipients: each state once, with how many have it where there are several. */
export const MailStates = ({ recipients }: Pick<ListedEmail, "recipients">) => {
  const counts = new Map<MailState, number>();
  for (const { state } of recipients) counts.set(state, (counts.get(state) ?? 0) + 1);
  return (
    <span className="flex flex-wrap gap-1.5">
      {[...counts].map(([state, count]) => (
        <span key={state} className="flex items-center gap-1">
          <MailStateBadge state={state} />
          {counts.size > 1 && <span className="text-sm text-muted tabular-nums">{count}</span>}
        </span>
      ))}
    </span>
  );
};

/** Every state, in the order in which the later ones tell more. */
export const mailStateChoices = Object.entries(meanings).map(([value, { label }]) => ({ value, label }));
