import type { ConsentDecision } from "../_api/interactions.ts";
import { WideButton } from "./wide-button.tsx";

interface DecisionButtonsProps {
  readonly busy: boolean;
  readonly onDecide: (decision: ConsentDecision) => void;
}

/** Yes and no, of equal size. */
export const DecisionButtons = ({ busy, onDecide }: DecisionButtonsProps) => (
  <div className="grid grid-cols-2 gap-3">
    <WideButton busy={busy} onClick={() => onDecide("deny")}>
      Deny
    </WideButton>
    <WideButton look="primary" busy={busy} onClick={() => onDecide("allow")}>
      Allow
    </WideButton>
  </div>
);
