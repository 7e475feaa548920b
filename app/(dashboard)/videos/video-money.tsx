import type { ListedVideo } from "../../_data/answers.ts";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";

/** What a video holds while it is made, and what it cost then. */
export const VideoMoney = ({ costNanoUsd, heldNanoUsd }: Pick<ListedVideo, "costNanoUsd" | "heldNanoUsd">) =>
  costNanoUsd === null ? (
    <span title={exactMoney(heldNanoUsd)}>{formatMoney(heldNanoUsd)} is held</span>
  ) : (
    <span title={exactMoney(costNanoUsd)}>
      {formatMoney(costNanoUsd)} charged, of {formatMoney(heldNanoUsd)} that was held
    </span>
  );
