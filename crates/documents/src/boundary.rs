//! Where the module meets the page: two functions and the memory between them. An instance answers one request and is
//! dropped, so that nothing has to be given back.

#![allow(unsafe_code)]

/// Answers where the page writes `length` bytes of its request.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    Vec::with_capacity(length).leak().as_mut_ptr()
}

/// Takes the request that the page wrote into its room and answers where the response is: its length in four bytes,
/// then its bytes.
///
/// # Safety
///
/// `request` is what `room` answered to the same length, and the page wrote that many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answer(request: *const u8, length: usize) -> *const u8 {
    // SAFETY: the caller's promise.
    let request = unsafe { core::slice::from_raw_parts(request, length) };
    let response = crate::answer(request);
    let length = u32::try_from(response.len()).unwrap_or(0).to_le_bytes();
    [&length[..], &response].concat().leak().as_ptr()
}
