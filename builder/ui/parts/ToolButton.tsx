/** A button of a panel that shows only an icon; its words are its name and its hint. */
import { Icon } from "../icons";

interface Props {
  icon: string;
  words: string;
  onPress: () => void;
}

export function ToolButton({ icon, words, onPress }: Props) {
  return (
    <button type="button" className="btn btn--icon" aria-label={words} title={words} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}
