import './ui/base.css';
import { shell } from '../features/views.ts';
import { keepAppearance } from './appearance.ts';
import { showFrame } from './frame.tsx';
import { makeRoomForKeyboard } from './keyboard.ts';
import { watchTouch } from './touch.ts';
import { keepFresh } from './updates.ts';

keepAppearance();
makeRoomForKeyboard();
watchTouch(document.documentElement, document);
showFrame(shell, document.getElementById('app') as HTMLElement);
keepFresh();
