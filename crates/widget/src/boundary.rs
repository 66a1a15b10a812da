//! Where the module meets its host: two functions and the memory between them.
//!
//! [`room`] makes room for the input, [`turn`] answers where the output is, which ends with a zero byte. Each call of
//! `room` forgets everything that was allocated before: a turn leaves nothing behind, so the allocator only counts up.

#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;

const PAGE: usize = 65_536;

unsafe extern "C" {
    /// The first byte that the linker left free.
    static __heap_base: u8;
}

struct Arena {
    /// Where the next allocation may start.
    next: Cell<usize>,
}

// SAFETY: the module has one thread.
unsafe impl Sync for Arena {}

// SAFETY: blocks do not overlap, because `next` only moves up between two resets, and a block is handed out only if the
// memory reaches its end. `reset` is called by `room` alone, when nothing of an earlier turn is in use any more.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.next.get().next_multiple_of(layout.align());
        let end = start.saturating_add(layout.size());
        let missing = end.saturating_sub(memory_size(0).saturating_mul(PAGE));
        if missing > 0 && memory_grow(0, missing.div_ceil(PAGE)) == usize::MAX {
            return core::ptr::null_mut();
        }
        self.next.set(end);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

impl Arena {
    fn reset(&self) {
        self.next.set(&raw const __heap_base as usize);
    }
}

#[global_allocator]
static ARENA: Arena = Arena { next: Cell::new(0) };

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

/// Forgets the turn before and answers where the host writes `length` bytes of input.
#[unsafe(no_mangle)]
extern "C" fn room(length: usize) -> *mut u8 {
    ARENA.reset();
    Vec::with_capacity(length).leak().as_mut_ptr()
}

/// Takes the input that the host wrote into its room and answers where the output is.
///
/// # Safety
///
/// `input` is what `room` answered to the same length, and the host wrote that many bytes of UTF-8: the shim's
/// `TextEncoder` knows nothing else.
#[unsafe(no_mangle)]
unsafe extern "C" fn turn(input: *const u8, length: usize) -> *const u8 {
    // SAFETY: the caller's promise.
    let input = unsafe { core::str::from_utf8_unchecked(core::slice::from_raw_parts(input, length)) };
    let mut output = crate::turn(input);
    output.push('\0');
    output.leak().as_ptr()
}
