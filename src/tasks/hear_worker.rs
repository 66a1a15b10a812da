//! Takes in what the worker says.

use crate::platform::measure;
use crate::platform::paint::soon;
use crate::platform::worker::Event;
use crate::protocol::Response;
use crate::state::data::{Action, Data, Loaded, SharedReport, Trouble};
use crate::state::view::{Action as ViewAction, View};
use crate::tasks::save_unmatched::save_unmatched;
use std::cell::Cell;
use std::rc::Rc;
use yew::UseReducerDispatcher;

/// Turns events into actions. Remembers when reading started, to tell how long it will take.
pub struct Hearing {
    data: UseReducerDispatcher<Data>,
    view: UseReducerDispatcher<View>,
    /// The job whose progress is watched, and when it was first heard of.
    started: Cell<(u32, f64)>,
}

impl Hearing {
    /// A listener that changes these slices.
    pub fn new(data: UseReducerDispatcher<Data>, view: UseReducerDispatcher<View>) -> Hearing {
        Hearing { data, view, started: Cell::new((0, 0.0)) }
    }

    /// Takes in one event.
    pub fn hear(&self, event: Event) {
        match event {
            Event::Lost => {
                self.data.dispatch(Action::Failed(Trouble::WorkerLost));
            }
            Event::Unloadable => self.data.dispatch(Action::Failed(Trouble::NotLoaded)),
            Event::Response(Response::Ready) => {}
            Event::Response(Response::Progress { job, bytes, total, records }) => {
                let now = measure::now();
                if self.started.get().0 != job {
                    self.started.set((job, now));
                }
                let elapsed = (now - self.started.get().1) / 1000.0;
                // The first quarter of a second says too little about the rest.
                let known = bytes > 0 && elapsed > 0.25;
                let left = known.then(|| elapsed * total.saturating_sub(bytes) as f64 / bytes as f64);
                // What is compressed is longer than its file.
                self.data.dispatch(Action::Progressed(job, bytes.min(total), records, left));
            }
            Event::Response(Response::Read { .. }) => measure::end("keeprate:read"),
            Event::Response(Response::Opened { job, summary, report, complete, again }) => {
                let (report, summary) = (SharedReport(Rc::new(*report)), Rc::new(*summary));
                let loaded = Loaded { job, summary: summary.clone(), report, complete };
                let (data, view) = (self.data.clone(), self.view.clone());
                // Decoding the answer took a while already: drawing it is a task of its own.
                soon(move || {
                    view.dispatch(ViewAction::Reset { summary, again });
                    data.dispatch(Action::Opened(job, loaded));
                    measure::end_after_paint("keeprate:open");
                });
            }
            Event::Response(Response::Rejected { job, rejection }) => {
                self.data.dispatch(Action::Rejected(job, Rc::new(*rejection)));
            }
            Event::Response(Response::NotLoaded { job }) => self.data.dispatch(Action::NotLoaded(job)),
            Event::Response(Response::Unreadable { job }) => self.data.dispatch(Action::Unreadable(job)),
            Event::Response(Response::Bridged { bridge }) => self.data.dispatch(Action::Bridged(Rc::new(*bridge))),
            Event::Response(Response::Unmatched { name, of_file, base, of_base }) => {
                save_unmatched((&name, &of_file), (&base, &of_base));
            }
            Event::Response(Response::Comments { page }) => self.data.dispatch(Action::Commented(Rc::new(*page))),
            Event::Response(Response::Answered { number, report }) => {
                measure::end("keeprate:report");
                let (data, report) = (self.data.clone(), SharedReport(Rc::new(*report)));
                soon(move || data.dispatch(Action::Answered(number, report)));
            }
        }
    }
}
