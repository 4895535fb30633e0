import './ui/base.css';
import { render } from 'preact';
import { shell } from '../features/views.ts';
import { keepAppearance } from './appearance.ts';
import { Frame } from './frame.tsx';
import { keepWindowTitle } from './title.ts';
import { keepFresh } from './updates.ts';

keepAppearance();
keepWindowTitle(shell.unread);
shell.start?.();
render(<Frame />, document.getElementById('app') as HTMLElement);
keepFresh();
