/** A text being typed: told to the document when the person leaves it or presses Enter. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

export interface TypedText {
  value: string;
  onChange: (event: { currentTarget: { value: string } }) => void;
  onFocus: () => void;
  onBlur: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** `written` is shown unless somebody types; Escape gives up what was typed. */
export function useText(written: string, commit: (text: string) => void, manyLines = false): TypedText {
  const [value, setValue] = useState(written);
  const isTyping = useRef(false);
  const isGivenUp = useRef(false);
  useEffect(() => {
    if (!isTyping.current) setValue(written);
  }, [written]);
  return {
    value,
    onChange: (event) => setValue(event.currentTarget.value),
    onFocus: () => {
      isTyping.current = true;
      isGivenUp.current = false;
    },
    onBlur: () => {
      isTyping.current = false;
      if (isGivenUp.current) setValue(written);
      else if (value !== written) commit(value);
    },
    onKeyDown: (event) => {
      const field = event.currentTarget as HTMLElement;
      if (event.key === "Escape") {
        isGivenUp.current = true;
        field.blur();
      } else if (event.key === "Enter" && (!manyLines || event.ctrlKey || event.metaKey)) {
        field.blur();
      }
    },
  };
}
