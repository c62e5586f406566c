// The coding screen begins.
import { print } from "../keys.js";
import { bind } from "./keymap.js";
import { Screen } from "./screen.js";

const screen = new Screen(document.querySelector(".screen"));
bind(screen);
print();
screen.start();
