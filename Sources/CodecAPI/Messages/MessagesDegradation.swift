/// What a request of another API loses on its way to `/v1/messages`; `docs/messages.md` says when.
package enum MessagesDegradation: String, CaseIterable, Sendable {
    /// A plain prompt is sent as a user's message.
    case promptAsMessage = "prompt-as-message"
    /// A system or developer message amid the conversation is sent as the user's.
    case systemAsUser = "system-as-user"
    /// Names of speakers are left out.
    case nameDropped = "name-dropped"
    /// How finely an image is to be looked at is left out.
    case imageDetailDropped = "image-detail-dropped"
    /// Earlier thoughts without this API's signature are left out.
    case reasoningDropped = "reasoning-dropped"
    /// Arguments of an earlier call that are no JSON object are sent inside one.
    case argumentsWrapped = "arguments-wrapped"
    /// A temperature above 1 is sent as 1.
    case temperatureClamped = "temperature-clamped"
    /// Sampling options that thinking excludes are left out.
    case samplingDropped = "sampling-dropped"
    /// The seed is left out.
    case seedDropped = "seed-dropped"
    /// The model is not asked to think, since something else in the request excludes it.
    case thinkingOff = "thinking-off"
}
