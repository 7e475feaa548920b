"use client";

import { Drawer } from "../../_ui/drawer.tsx";
import type { AuditChoice } from "./audit-choice.ts";
import type { TrailEvent } from "./trail-event.ts";
import { TrailFacts } from "./trail-facts.tsx";

interface TrailDrawerProps {
  readonly event: TrailEvent | undefined;
  readonly onClose: () => void;
  readonly onFilter: (choice: AuditChoice) => void;
}

/** One change, beside the list. */
export const TrailDrawer = ({ event, onClose, onFilter }: TrailDrawerProps) => (
  <Drawer open={event !== undefined} onClose={onClose} title="Change" description="Who did what, when and from where">
    {event && <TrailFacts event={event} onFilter={onFilter} />}
  </Drawer>
);
