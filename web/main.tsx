import './ui/base.css';
import { shell } from '../features/views.ts';
import { keepAppearance } from './appearance.ts';
import { fetchTabs, showFrame } from './frame.tsx';
import { makeRoomForKeyboard } from './keyboard.ts';
import { watchTouch } from './touch.ts';
import { onceQuiet } from './quiet.ts';
import { keepFresh } from './updates.ts';

keepAppearance();
makeRoomForKeyboard();
watchTouch(document.documentElement, document);
showFrame(shell, document.getElementById('app') as HTMLElement);
// Nothing that is for later takes the line from what is wanted now.
onceQuiet(shell.settled, () => {
  fetchTabs();
  keepFresh();
});
