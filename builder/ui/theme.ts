/**
 * Mantine in our look: every colour is one of the tokens of runtime/ui/tokens.css.
 *
 * Mantine wants ten shades of a colour; all ten are the accent token, and the variables it derives
 * from them are set below, so light, dark and an app's theme need no second list.
 */
import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorScheme,
  type MantineColorsTuple,
} from "@mantine/core";

const accent = Array.from({ length: 10 }, () => "var(--accent)") as unknown as MantineColorsTuple;

export const theme = createTheme({
  primaryColor: "accent",
  colors: { accent },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: {
    xs: "var(--size-xs)",
    sm: "var(--size-sm)",
    md: "var(--size-body)",
    lg: "var(--size-lg)",
    xl: "var(--size-xl)",
  },
  lineHeights: { md: "var(--leading)" },
  defaultRadius: "var(--radius)",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // Upper case shouts, and does not exist in Chinese or Arabic.
    Badge: { defaultProps: { tt: "none" } },
    // One button at the end of an input, so that a finger meets it.
    Select: { defaultProps: { clearSectionMode: "clear", rightSectionWidth: "var(--target)" } },
    MultiSelect: { defaultProps: { clearSectionMode: "clear", rightSectionWidth: "var(--target)" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false } },
  },
});

const shared = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-bright": "var(--text)",
  "--mantine-color-dimmed": "var(--text-muted)",
  "--mantine-color-placeholder": "var(--text-faint)",
  "--mantine-color-anchor": "var(--accent-text)",
  "--mantine-color-error": "var(--danger-text)",
  "--mantine-color-default": "var(--surface-raised)",
  "--mantine-color-default-hover": "var(--surface-hover)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-control)",
  "--mantine-color-disabled": "var(--surface-sunken)",
  "--mantine-color-disabled-color": "var(--text-disabled)",
  "--mantine-color-accent-filled": "var(--accent)",
  "--mantine-color-accent-filled-hover": "var(--accent-hover)",
  "--mantine-color-accent-light": "var(--accent-soft)",
  "--mantine-color-accent-light-hover": "var(--surface-selected)",
  "--mantine-color-accent-light-color": "var(--accent-text)",
  "--mantine-color-accent-outline": "var(--accent-text)",
  "--mantine-color-accent-text": "var(--accent-text)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-filled-hover": "var(--accent-hover)",
  "--mantine-primary-color-light": "var(--accent-soft)",
  "--mantine-primary-color-light-color": "var(--accent-text)",
  "--mantine-primary-color-contrast": "var(--on-accent)",
};

/** The same variables in both schemes: the tokens themselves switch. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });

/** The scheme this page is shown in: the person's choice, else the machine's. */
export function colorScheme(): Exclude<MantineColorScheme, "auto"> {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
