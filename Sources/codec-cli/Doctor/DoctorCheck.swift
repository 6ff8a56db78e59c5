/// One thing that `codec doctor` looked at.
struct DoctorCheck: Encodable {
    enum Status: String, Encodable { case ok, warn, fail }

    var name: String
    var status: Status
    /// What was found.
    var detail: String
    /// What to do about it; nil when all is well.
    var hint: String?

    static func ok(_ name: String, _ detail: String) -> DoctorCheck {
        DoctorCheck(name: name, status: .ok, detail: detail)
    }

    static func warn(_ name: String, _ detail: String, hint: String) -> DoctorCheck {
        DoctorCheck(name: name, status: .warn, detail: detail, hint: hint)
    }

    static func fail(_ name: String, _ detail: String, hint: String) -> DoctorCheck {
        DoctorCheck(name: name, status: .fail, detail: detail, hint: hint)
    }
}
