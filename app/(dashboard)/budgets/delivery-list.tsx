import type { ListedDelivery } from "../../_data/answers.ts";
import { Badge, type Tone } from "../../_ui/badge.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { writePercents } from "./budget-words.ts";
import { ShortDay } from "./short-day.tsx";

const states: Readonly<
  Record<ListedDelivery["state"], { readonly label: string; readonly tone: Tone; readonly title: string }>
> = {
  delivered: { label: "told", tone: "good", title: "The receiver took it" },
  waiting: { label: "waits", tone: "warn", title: "It is tried again" },
  failed: { label: "given up", tone: "bad", title: "It is not tried again" },
};

const whatOf = ({ test, forecast, thresholds }: ListedDelivery): string => {
  if (test) return "Test";
  return forecast ? "Runs out early" : writePercents(thresholds);
};

/** What became of telling receivers, newest first. */
export const DeliveryList = ({ deliveries }: { readonly deliveries: readonly ListedDelivery[] }) => (
  <ul aria-label="Deliveries" className="mt-3 divide-y divide-line border-t border-line text-sm">
    {deliveries.map((delivery) => {
      const { id, channel, webhookLabel, state, error, tries, nextAt, createdAt } = delivery;
      const { label, tone, title } = states[state];
      return (
        <li key={id} className="py-2">
          <p className="flex flex-wrap items-center gap-x-2">
            <span className="font-medium">{whatOf(delivery)}</span>
            <span className="min-w-0 text-muted wrap-anywhere">
              {channel === "mail" ? "by mail" : <bdi>{webhookLabel ?? "a webhook that was removed"}</bdi>}
            </span>
            <Badge tone={tone} title={title}>
              {label}
            </Badge>
            <span className="ml-auto text-muted">
              <TimeAgo at={createdAt} />
            </span>
          </p>
          {error !== null && (
            <p className="text-muted">
              {error} {tries > 1 && `Tried ${tries} times.`}{" "}
              {nextAt !== null && (
                <>
                  Next try <ShortDay at={nextAt} />.
                </>
              )}
            </p>
          )}
        </li>
      );
    })}
  </ul>
);
