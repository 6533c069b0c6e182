/**
 * Entry of every page the server renders: styles, htmx, the shell, and the custom elements the page
 * names.
 *
 * No behaviour of any one control lives here: a control is a file in `elements/`.
 */
import "./tokens.css";
import "./base.css";
import "./styles/pages.css";
import htmx from "htmx.org";
import { wakeCountdown } from "./countdown";
import { defineElements } from "./element_loader";
import { showWhereItStands } from "./flow_picture";
import { goOn } from "./go_on";
import { wakeInPlace } from "./in_place";
import { configureHtmx } from "./partial_updates";
import { wakeRows } from "./rows";
import { wakeShell } from "./shell";

configureHtmx(htmx);
wakeShell(document);
wakeRows(document);
wakeInPlace(document);
wakeCountdown(document);
showWhereItStands(document);
defineElements(document);
goOn(document);
document.addEventListener("htmx:load", (event) => defineElements(event.target as ParentNode));
