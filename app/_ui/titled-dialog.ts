import type { DialogFrameProps } from "./dialog-frame.tsx";

/** What a dialog or drawer says of itself. */
export interface TitledDialog extends DialogFrameProps {
  readonly title: string;
  readonly description: string;
}
